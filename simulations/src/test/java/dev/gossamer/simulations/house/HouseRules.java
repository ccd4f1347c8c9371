package dev.gossamer.simulations.house;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** What is wrong with one source file by the rules of the house, measured on its syntax tree. */
final class HouseRules {
    static final int MAX_FILE_LINES = 500;
    static final int MAX_METHOD_LINES = 70;
    static final int MAX_COLUMNS = 100;
    private static final int MIN_SENTENCE_WORDS = 3;

    private static final Pattern EMPTY_NAME = Pattern.compile(".*(Impl|Utils?|Manager|Helper)");
    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

    private final Path file;
    private final List<String> broken = new ArrayList<>();

    private HouseRules(Path file) {
        this.file = file;
    }

    /** One line for each broken rule: {@code path:line: what is wrong: value, bound}. */
    static List<String> broken(Path file, String source) {
        HouseRules rules = new HouseRules(file);
        rules.measureLines(source);
        rules.measureTree(source);
        return rules.broken;
    }

    private void report(long line, String what) {
        broken.add(file + ":" + line + ": " + what);
    }

    private void measureLines(String source) {
        List<String> lines = source.lines().toList();
        if (lines.size() > MAX_FILE_LINES) {
            report(1, "file too long: lines=" + lines.size() + ", bound=" + MAX_FILE_LINES);
        }
        for (int i = 0; i < lines.size(); i++) {
            int columns = lines.get(i).codePointCount(0, lines.get(i).length());
            if (columns > MAX_COLUMNS) {
                report(i + 1, "line too wide: columns=" + columns + ", bound=" + MAX_COLUMNS);
            }
            if (lines.get(i).indexOf('\t') >= 0) {
                report(i + 1, "tab in a line");
            }
        }
    }

    private void measureTree(String source) {
        JavacTask task =
                (JavacTask)
                        COMPILER.getTask(
                                null,
                                null,
                                null,
                                List.of("-proc:none"),
                                null,
                                List.of(unit(source)));
        try {
            Trees trees = Trees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new Walk(trees, unit).scan(unit, null);
                if (file.endsWith("package-info.java")) {
                    measurePackage(trees, unit);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SimpleJavaFileObject unit(String source) {
        return new SimpleJavaFileObject(URI.create("string:///Unit.java"), Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }

    private void measurePackage(Trees trees, CompilationUnitTree unit) {
        TreePath path = new TreePath(new TreePath(unit), unit.getPackage());
        String comment = Optional.ofNullable(trees.getDocComment(path)).orElse("").strip();
        String sentence = comment.split("(?<=\\.)\\s|\\n\\s*<p>", 2)[0].strip();
        boolean real =
                !sentence.isEmpty()
                        && !Character.isLowerCase(sentence.charAt(0))
                        && sentence.endsWith(".")
                        && sentence.split("\\s+").length >= MIN_SENTENCE_WORDS;
        if (!real) {
            report(1, "package without a sentence that defines it: found=" + sentence);
        }
    }

    /** Reports what single trees get wrong. */
    private final class Walk extends TreePathScanner<Void, Void> {
        private final SourcePositions positions;
        private final CompilationUnitTree unit;

        Walk(Trees trees, CompilationUnitTree unit) {
            this.positions = trees.getSourcePositions();
            this.unit = unit;
        }

        private long line(long position) {
            return unit.getLineMap().getLineNumber(position);
        }

        private void report(Tree tree, String what) {
            HouseRules.this.report(line(positions.getStartPosition(unit, tree)), what);
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            long first = line(positions.getStartPosition(unit, method));
            long lines = line(positions.getEndPosition(unit, method)) - first + 1;
            if (lines > MAX_METHOD_LINES) {
                report(
                        method,
                        "method too long: name=%s, lines=%d, bound=%d"
                                .formatted(method.getName(), lines, MAX_METHOD_LINES));
            }
            return super.visitMethod(method, null);
        }

        @Override
        public Void visitClass(ClassTree type, Void unused) {
            if (EMPTY_NAME.matcher(type.getSimpleName()).matches()) {
                report(type, "name says nothing: name=" + type.getSimpleName());
            }
            return super.visitClass(type, null);
        }

        @Override
        public Void visitAnnotation(AnnotationTree annotation, Void unused) {
            String name = annotation.getAnnotationType().toString();
            if (name.equals("Disabled") || name.endsWith(".Disabled")) {
                report(annotation, "test switched off: annotation=@Disabled");
            }
            return super.visitAnnotation(annotation, null);
        }

        @Override
        public Void visitMemberSelect(MemberSelectTree select, Void unused) {
            String name = select.toString();
            if (isTest() && (name.equals("Thread.sleep") || name.endsWith(".Thread.sleep"))) {
                report(select, "test that sleeps: call=Thread.sleep");
            }
            return super.visitMemberSelect(select, null);
        }

        private boolean isTest() {
            return file.toString().contains("src/test/");
        }
    }
}
