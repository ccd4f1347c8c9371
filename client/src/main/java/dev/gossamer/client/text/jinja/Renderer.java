package dev.gossamer.client.text.jinja;

import dev.gossamer.client.text.jinja.Node.If.Branch;
import dev.gossamer.client.text.jinja.Node.Macro.Parameter;

import java.util.ArrayList;
import java.util.List;

/** Does what a template's nodes say. */
final class Renderer {
    private final Budget budget = new Budget();
    private final Evaluator evaluator = new Evaluator(budget);

    /** How a list of nodes ended. */
    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    /** The text that {@code nodes} print. */
    String render(List<Node> nodes, Frame frame) {
        StringBuilder out = new StringBuilder();
        if (run(nodes, frame, out) != Flow.ON) {
            throw new TemplateException("break or continue outside of a loop");
        }
        return out.toString();
    }

    private Flow run(List<Node> nodes, Frame frame, StringBuilder out) {
        budget.enter();
        Flow flow = Flow.ON;
        for (int i = 0; i < nodes.size() && flow == Flow.ON; i++) {
            flow = run(nodes.get(i), frame, out);
        }
        budget.leave();
        return flow;
    }

    private Flow run(Node node, Frame frame, StringBuilder out) {
        budget.steps(1);
        switch (node) {
            case Node.Data(String text) -> print(text, out);
            case Node.Print(Expression value) ->
                    print(Printed.text(evaluator.value(value, frame)), out);
            case Node.If(List<Branch> branches) -> {
                return branch(branches, frame, out);
            }
            case Node.For loop -> {
                return loop(loop, frame, out);
            }
            case Node.Assign assign -> assign(assign, frame);
            case Node.AssignField assign -> assignField(assign, frame);
            case Node.Capture(String name, List<Node> body) ->
                    frame.set(name, Value.of(render(body, frame.inner())));
            case Node.Macro macro -> frame.set(macro.name(), function(macro, frame));
            case Node.Break _ -> {
                return Flow.BREAK;
            }
            case Node.Continue _ -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.ON;
    }

    private void print(String text, StringBuilder out) {
        budget.characters(text.length());
        out.append(text);
    }

    private Flow branch(List<Branch> branches, Frame frame, StringBuilder out) {
        for (Branch branch : branches) {
            if (branch.condition().isEmpty()
                    || evaluator.value(branch.condition().get(), frame).holds()) {
                return run(branch.body(), frame, out);
            }
        }
        return Flow.ON;
    }

    private Flow loop(Node.For loop, Frame frame, StringBuilder out) {
        List<Value> items = items(loop, frame);
        if (items.isEmpty()) {
            return run(loop.otherwise(), frame.inner(), out);
        }
        for (int place = 0; place < items.size(); place++) {
            Frame inner = frame.inner();
            assign(loop.targets(), items.get(place), inner, loop.line());
            inner.set("loop", new Loop(items, place));
            if (run(loop.body(), inner, out) == Flow.BREAK) {
                break;
            }
        }
        return Flow.ON;
    }

    private List<Value> items(Node.For loop, Frame frame) {
        List<Value> items;
        try {
            items = Sequences.of(evaluator.value(loop.items(), frame));
        } catch (TemplateException e) {
            throw e.at(loop.line());
        }
        budget.steps(items.size());
        if (loop.condition().isEmpty()) {
            return items;
        }
        List<Value> kept = new ArrayList<>();
        for (Value item : items) {
            Frame inner = frame.inner();
            assign(loop.targets(), item, inner, loop.line());
            if (evaluator.value(loop.condition().get(), inner).holds()) {
                kept.add(item);
            }
        }
        return kept;
    }

    private void assign(Node.Assign assign, Frame frame) {
        Value value = evaluator.value(assign.value(), frame);
        assign(assign.names(), value, frame, assign.line());
    }

    private static void assign(List<String> names, Value value, Frame frame, int line) {
        if (names.size() == 1) {
            frame.set(names.getFirst(), value);
            return;
        }
        List<Value> parts = Sequences.of(value);
        if (parts.size() != names.size()) {
            throw new TemplateException(
                    "values do not fit the names: names="
                            + names.size()
                            + ", values="
                            + parts.size(),
                    line);
        }
        for (int i = 0; i < names.size(); i++) {
            frame.set(names.get(i), parts.get(i));
        }
    }

    private void assignField(Node.AssignField assign, Frame frame) {
        if (!(frame.get(assign.name()) instanceof Namespace namespace)) {
            throw new TemplateException(
                    "field of no namespace is set: name=" + assign.name(), assign.line());
        }
        namespace.set(assign.field(), evaluator.value(assign.value(), frame));
    }

    private Value.Function function(Node.Macro macro, Frame frame) {
        return arguments -> {
            Frame inner = frame.inner();
            for (int i = 0; i < macro.parameters().size(); i++) {
                Parameter parameter = macro.parameters().get(i);
                inner.set(
                        parameter.name(),
                        arguments
                                .at(i, parameter.name())
                                .or(
                                        () ->
                                                parameter
                                                        .otherwise()
                                                        .map(
                                                                value ->
                                                                        evaluator.value(
                                                                                value, inner)))
                                .orElseGet(() -> new Value.Undefined(parameter.name())));
            }
            return Value.of(render(macro.body(), inner));
        };
    }
}
