package dev.gossamer.coordinator.round;

import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;
import java.util.function.Consumer;

/** Writes a run's events to the log, one line each. */
public record RunLog(RunFile run) implements Consumer<RunEvent> {
    private static final Logger LOG = LoggerFactory.getLogger(RunLog.class);

    @Override
    public void accept(RunEvent event) {
        switch (event) {
            case RunEvent.Joined e ->
                    LOG.info(
                            "joined: node={}, training={}, heldOut={}, designated={}",
                            e.node(),
                            e.hello().trainingRows(),
                            e.hello().heldOutRows(),
                            e.hello().designated());
            case RunEvent.Left e -> LOG.info("left: node={}", e.node());
            case RunEvent.BasisAsked e -> LOG.info("basis asked for: node={}", e.node());
            case RunEvent.BasisMade e ->
                    LOG.info("basis made: digest={}, bytes={}", e.basis().brief(), e.bytes());
            case RunEvent.Captured e ->
                    LOG.info("captured: round={}, share={}", e.round(), e.share());
            case RunEvent.Merged e -> LOG.info("re-basing: round={}", e.round());
            case RunEvent.SketchOpened e ->
                    LOG.info(
                            "range finder: pass={} of 2, attempt={}, cohort={}",
                            e.pass(),
                            e.attempt(),
                            e.cohort());
            case RunEvent.Sketched e -> LOG.info("sketched: pass={}, node={}", e.pass(), e.node());
            case RunEvent.RoundOpened e ->
                    LOG.info(
                            "round opened: round={} of {}, attempt={}, cohort={}",
                            e.round(),
                            run.rounds().count(),
                            e.attempt(),
                            e.cohort());
            case RunEvent.Reported e ->
                    LOG.info(
                            "reported: round={}, node={}, loss={}, tokens={}",
                            e.round(),
                            e.node(),
                            e.loss(),
                            e.tokens());
            case RunEvent.Refused e ->
                    LOG.warn(
                            "refused: node={}, reason={}, detail={}",
                            e.node(),
                            e.reason(),
                            e.detail());
            case RunEvent.Failed e -> LOG.warn("failed: node={}, cause={}", e.node(), e.detail());
            case RunEvent.RoundAbandoned e ->
                    LOG.warn(
                            "round abandoned: round={}, attempt={}, reports={}",
                            e.round(),
                            e.attempt(),
                            e.reports());
            case RunEvent.RoundFinished e -> finished(e.summary());
            case RunEvent.Ended e -> LOG.info("run is over: outcome={}", e.outcome());
        }
    }

    /**
     * Accuracy, or a language model's perplexity, over the clients' held-out rows, if they tell.
     */
    private void finished(RoundSummary round) {
        boolean classifies = run.task().classifies();
        double figure = classifies ? round.meanAccuracy() : round.perplexity();
        Optional<NodeId> worst =
                round.worst(score -> classifies ? score.accuracy() : -score.perplexity());
        LOG.info(
                "round finished: round={}, reports={}, {}={}, worst={}, up={}, down={}",
                round.round(),
                round.reports(),
                classifies ? "accuracy" : "perplexity",
                Double.isNaN(figure) ? "none" : figure,
                worst.map(NodeId::value).orElse("none"),
                round.bytesUp(),
                round.bytesDown());
    }
}
