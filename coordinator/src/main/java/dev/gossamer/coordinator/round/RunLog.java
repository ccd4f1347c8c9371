package dev.gossamer.coordinator.round;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.Consumer;

/**
 * Writes a run's events to the log, one line each.
 *
 * @param rounds how many the run has
 */
public record RunLog(int rounds) implements Consumer<RunEvent> {
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
            case RunEvent.RoundOpened e ->
                    LOG.info(
                            "round opened: round={} of {}, attempt={}, cohort={}",
                            e.round(),
                            rounds,
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

    private static void finished(RoundSummary round) {
        LOG.info(
                "round finished: round={}, reports={}, accuracy={}, worst={}, up={}, down={}",
                round.round(),
                round.reports(),
                round.heldOut().isEmpty() ? "none" : round.meanAccuracy(),
                round.worst().map(Object::toString).orElse("none"),
                round.bytesUp(),
                round.bytesDown());
    }
}
