package dev.gossamer.protocols.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Message.Acknowledgement;
import dev.gossamer.protocols.wire.Message.ArtifactChunk;
import dev.gossamer.protocols.wire.Message.ArtifactRequest;
import dev.gossamer.protocols.wire.Message.BasisReport;
import dev.gossamer.protocols.wire.Message.BasisTask;
import dev.gossamer.protocols.wire.Message.EvaluateReport;
import dev.gossamer.protocols.wire.Message.EvaluateTask;
import dev.gossamer.protocols.wire.Message.Failure;
import dev.gossamer.protocols.wire.Message.Hello;
import dev.gossamer.protocols.wire.Message.Rejection;
import dev.gossamer.protocols.wire.Message.RunEnded;
import dev.gossamer.protocols.wire.Message.Score;
import dev.gossamer.protocols.wire.Message.SketchTask;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.protocols.wire.Message.TrainTask;
import dev.gossamer.protocols.wire.Message.Update;
import dev.gossamer.protocols.wire.Message.Welcome;
import dev.gossamer.protocols.wire.proto.AcknowledgementProto;
import dev.gossamer.protocols.wire.proto.ArtifactChunkProto;
import dev.gossamer.protocols.wire.proto.ArtifactRequestProto;
import dev.gossamer.protocols.wire.proto.BasisReportProto;
import dev.gossamer.protocols.wire.proto.BasisTaskProto;
import dev.gossamer.protocols.wire.proto.EnvelopeProto;
import dev.gossamer.protocols.wire.proto.EvaluateReportProto;
import dev.gossamer.protocols.wire.proto.EvaluateTaskProto;
import dev.gossamer.protocols.wire.proto.FailureProto;
import dev.gossamer.protocols.wire.proto.FixedPointProto;
import dev.gossamer.protocols.wire.proto.HeldProto;
import dev.gossamer.protocols.wire.proto.HelloProto;
import dev.gossamer.protocols.wire.proto.RejectionProto;
import dev.gossamer.protocols.wire.proto.RunEndedProto;
import dev.gossamer.protocols.wire.proto.ScoreProto;
import dev.gossamer.protocols.wire.proto.SketchTaskProto;
import dev.gossamer.protocols.wire.proto.TrainReportProto;
import dev.gossamer.protocols.wire.proto.TrainTaskProto;
import dev.gossamer.protocols.wire.proto.WelcomeProto;

import java.util.Optional;
import java.util.OptionalDouble;

/** Messages as protobuf, and back; {@code IllegalArgumentException} for what no node may say. */
final class MessageMapping {
    private MessageMapping() {}

    static EnvelopeProto toProto(Envelope envelope) {
        EnvelopeProto.Builder to =
                EnvelopeProto.newBuilder()
                        .setRun(envelope.run())
                        .setRound(envelope.round())
                        .setSender(envelope.sender().value())
                        .setSequence(envelope.sequence());
        switch (envelope.body()) {
            case Hello m -> to.setHello(hello(m));
            case Welcome m -> to.setWelcome(WelcomeProto.newBuilder().setRunFile(m.runFile()));
            case BasisTask m -> to.setBasisTask(basisTask(m));
            case SketchTask m -> to.setSketchTask(sketchTask(m));
            case BasisReport m -> to.setBasisReport(basisReport(m));
            case TrainTask m -> to.setTrainTask(trainTask(m));
            case TrainReport m -> to.setTrainReport(trainReport(m));
            case EvaluateTask m -> to.setEvaluateTask(evaluateTask(m));
            case EvaluateReport m -> to.setEvaluateReport(evaluateReport(m));
            case Acknowledgement m ->
                    to.setAcknowledgement(
                            AcknowledgementProto.newBuilder().setSequence(m.sequence()));
            case Rejection m -> to.setRejection(rejection(m));
            case ArtifactRequest m -> to.setArtifactRequest(artifactRequest(m));
            case ArtifactChunk m -> to.setArtifactChunk(artifactChunk(m));
            case RunEnded m -> to.setRunEnded(runEnded(m));
            case Failure m -> to.setFailure(FailureProto.newBuilder().setDetail(m.detail()));
        }
        return to.build();
    }

    static Envelope fromProto(EnvelopeProto from) {
        return new Envelope(
                text("run", from.getRun(), ProtocolLimits.MAX_TEXT_CHARACTERS),
                count("round", from.getRound()),
                new NodeId(from.getSender()),
                from.getSequence(),
                body(from));
    }

    private static Message body(EnvelopeProto from) {
        return switch (from.getBodyCase()) {
            case HELLO -> hello(from.getHello());
            case WELCOME ->
                    new Welcome(
                            text(
                                    "runFile",
                                    from.getWelcome().getRunFile(),
                                    ProtocolLimits.MAX_RUN_FILE_CHARACTERS));
            case BASIS_TASK -> basisTask(from.getBasisTask());
            case SKETCH_TASK -> sketchTask(from.getSketchTask());
            case BASIS_REPORT -> basisReport(from.getBasisReport());
            case TRAIN_TASK -> trainTask(from.getTrainTask());
            case TRAIN_REPORT -> trainReport(from.getTrainReport());
            case EVALUATE_TASK -> evaluateTask(from.getEvaluateTask());
            case EVALUATE_REPORT -> evaluateReport(from.getEvaluateReport());
            case ACKNOWLEDGEMENT -> new Acknowledgement(from.getAcknowledgement().getSequence());
            case REJECTION -> rejection(from.getRejection());
            case ARTIFACT_REQUEST -> artifactRequest(from.getArtifactRequest());
            case ARTIFACT_CHUNK -> artifactChunk(from.getArtifactChunk());
            case RUN_ENDED -> runEnded(from.getRunEnded());
            case FAILURE -> new Failure(line("detail", from.getFailure().getDetail()));
            case BODY_NOT_SET -> throw new IllegalArgumentException("envelope has no known body");
        };
    }

    private static HelloProto.Builder hello(Hello m) {
        return HelloProto.newBuilder()
                .setTrainingRows(m.trainingRows())
                .setHeldOutRows(m.heldOutRows())
                .setDesignated(m.designated())
                .setRank(m.rank());
    }

    private static Hello hello(HelloProto from) {
        return new Hello(
                count("trainingRows", from.getTrainingRows()),
                count("heldOutRows", from.getHeldOutRows()),
                from.getDesignated(),
                count("rank", from.getRank()));
    }

    private static BasisTaskProto.Builder basisTask(BasisTask m) {
        BasisTaskProto.Builder to = BasisTaskProto.newBuilder().setSeed(m.seed());
        m.from().ifPresent(from -> to.setFrom(ModelMapping.toProto(from)));
        return to;
    }

    private static BasisTask basisTask(BasisTaskProto from) {
        return new BasisTask(
                from.getSeed(),
                from.hasFrom()
                        ? Optional.of(ModelMapping.fromProto(from.getFrom()))
                        : Optional.empty());
    }

    private static SketchTaskProto.Builder sketchTask(SketchTask m) {
        SketchTaskProto.Builder to =
                SketchTaskProto.newBuilder()
                        .setVersion(ModelMapping.toProto(m.version()))
                        .setFixedPoint(fixedPoint(m.fixedPoint()))
                        .setSeed(m.seed())
                        .setDeadlineMillis(m.deadlineMillis());
        m.patch().ifPresent(patch -> to.setPatch(ModelMapping.toProto(patch)));
        m.range().ifPresent(range -> to.setRange(ModelMapping.bytes(range)));
        return to;
    }

    private static SketchTask sketchTask(SketchTaskProto from) {
        return new SketchTask(
                ModelMapping.fromProto(from.getVersion()),
                from.hasPatch()
                        ? Optional.of(ModelMapping.fromProto(from.getPatch()))
                        : Optional.empty(),
                from.getRange().isEmpty()
                        ? Optional.empty()
                        : Optional.of(ModelMapping.digest(from.getRange())),
                fixedPoint(from.getFixedPoint()),
                from.getSeed(),
                from.getDeadlineMillis());
    }

    private static FixedPointProto.Builder fixedPoint(FixedPoint ring) {
        return FixedPointProto.newBuilder()
                .setFractionBits(ring.fractionBits())
                .setValueBits(ring.valueBits())
                .setWeightBits(ring.weightBits());
    }

    private static FixedPoint fixedPoint(FixedPointProto from) {
        return new FixedPoint(from.getFractionBits(), from.getValueBits(), from.getWeightBits());
    }

    private static BasisReportProto.Builder basisReport(BasisReport m) {
        return BasisReportProto.newBuilder()
                .setBasisDigest(ModelMapping.bytes(m.basis()))
                .setAdapterDigest(ModelMapping.bytes(m.adapter()));
    }

    private static BasisReport basisReport(BasisReportProto from) {
        return new BasisReport(
                ModelMapping.digest(from.getBasisDigest()),
                ModelMapping.digest(from.getAdapterDigest()));
    }

    private static TrainTaskProto.Builder trainTask(TrainTask m) {
        TrainTaskProto.Builder to =
                TrainTaskProto.newBuilder()
                        .setVersion(ModelMapping.toProto(m.version()))
                        .setRank(m.rank())
                        .setFixedPoint(fixedPoint(m.fixedPoint()))
                        .setSeed(m.seed())
                        .setCounted(m.counted())
                        .setDeadlineMillis(m.deadlineMillis());
        m.patch().ifPresent(patch -> to.setPatch(ModelMapping.toProto(patch)));
        return to;
    }

    private static TrainTask trainTask(TrainTaskProto from) {
        return new TrainTask(
                ModelMapping.fromProto(from.getVersion()),
                from.hasPatch()
                        ? Optional.of(ModelMapping.fromProto(from.getPatch()))
                        : Optional.empty(),
                count("rank", from.getRank()),
                fixedPoint(from.getFixedPoint()),
                from.getSeed(),
                count("counted", from.getCounted()),
                from.getDeadlineMillis());
    }

    private static TrainReportProto.Builder trainReport(TrainReport m) {
        TrainReportProto.Builder to =
                TrainReportProto.newBuilder()
                        .setVersion(ModelMapping.toProto(m.version()))
                        .setLayoutFingerprint(ModelMapping.bytes(m.layout()))
                        .setWeight(m.weight())
                        .setLoss(m.loss())
                        .setTokens(m.tokens());
        return switch (m.update()) {
            case Update.Inline inline ->
                    to.setInline(UnsafeByteOperations.unsafeWrap(inline.bytes()));
            case Update.Held held ->
                    to.setHeld(
                            HeldProto.newBuilder()
                                    .setDigest(ModelMapping.bytes(held.digest()))
                                    .setLength(held.length()));
        };
    }

    private static TrainReport trainReport(TrainReportProto from) {
        return new TrainReport(
                ModelMapping.fromProto(from.getVersion()),
                ModelMapping.digest(from.getLayoutFingerprint()),
                from.getWeight(),
                switch (from.getUpdateCase()) {
                    case INLINE -> new Update.Inline(from.getInline().toByteArray());
                    case HELD ->
                            new Update.Held(
                                    ModelMapping.digest(from.getHeld().getDigest()),
                                    artifactBytes("length", from.getHeld().getLength()));
                    case UPDATE_NOT_SET ->
                            throw new IllegalArgumentException("report has no update");
                },
                from.getLoss(),
                from.getTokens());
    }

    private static EvaluateTaskProto.Builder evaluateTask(EvaluateTask m) {
        EvaluateTaskProto.Builder to =
                EvaluateTaskProto.newBuilder().setVersion(ModelMapping.toProto(m.version()));
        m.patch().ifPresent(patch -> to.setPatch(ModelMapping.toProto(patch)));
        return to;
    }

    private static EvaluateTask evaluateTask(EvaluateTaskProto from) {
        return new EvaluateTask(
                ModelMapping.fromProto(from.getVersion()),
                from.hasPatch()
                        ? Optional.of(ModelMapping.fromProto(from.getPatch()))
                        : Optional.empty());
    }

    private static EvaluateReportProto.Builder evaluateReport(EvaluateReport m) {
        EvaluateReportProto.Builder to =
                EvaluateReportProto.newBuilder()
                        .setAdapterDigest(ModelMapping.bytes(m.adapter()))
                        .setHeldOut(score(m.heldOut()));
        m.publicTest().ifPresent(test -> to.setPublicTest(score(test)));
        m.captured().ifPresent(to::setCaptured);
        return to;
    }

    private static EvaluateReport evaluateReport(EvaluateReportProto from) {
        return new EvaluateReport(
                ModelMapping.digest(from.getAdapterDigest()),
                score(from.getHeldOut()),
                from.hasPublicTest() ? Optional.of(score(from.getPublicTest())) : Optional.empty(),
                from.hasCaptured()
                        ? OptionalDouble.of(share("captured", from.getCaptured()))
                        : OptionalDouble.empty());
    }

    private static double share(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("no share: " + name + "=" + value + ", bound=0..1");
        }
        return value;
    }

    private static ScoreProto.Builder score(Score score) {
        return ScoreProto.newBuilder()
                .setCorrect(score.correct())
                .setRows(score.rows())
                .setLossSum(score.lossSum());
    }

    private static Score score(ScoreProto from) {
        int rows = count("rows", from.getRows());
        int correct = count("correct", from.getCorrect());
        if (correct > rows) {
            throw new IllegalArgumentException(
                    "more rows right than scored: correct=" + correct + ", rows=" + rows);
        }
        return new Score(correct, rows, from.getLossSum());
    }

    private static RejectionProto.Builder rejection(Rejection m) {
        return RejectionProto.newBuilder()
                .setSequence(m.sequence())
                .setReason(m.reason().name())
                .setDetail(m.detail());
    }

    private static Rejection rejection(RejectionProto from) {
        return new Rejection(
                from.getSequence(),
                RejectReason.valueOf(from.getReason()),
                line("detail", from.getDetail()));
    }

    private static ArtifactRequestProto.Builder artifactRequest(ArtifactRequest m) {
        return ArtifactRequestProto.newBuilder()
                .setDigest(ModelMapping.bytes(m.digest()))
                .setOffset(m.offset());
    }

    private static ArtifactRequest artifactRequest(ArtifactRequestProto from) {
        return new ArtifactRequest(
                ModelMapping.digest(from.getDigest()), artifactBytes("offset", from.getOffset()));
    }

    private static ArtifactChunkProto.Builder artifactChunk(ArtifactChunk m) {
        return ArtifactChunkProto.newBuilder()
                .setDigest(ModelMapping.bytes(m.digest()))
                .setOffset(m.offset())
                .setLength(m.length())
                .setData(ByteString.copyFrom(m.data()));
    }

    private static ArtifactChunk artifactChunk(ArtifactChunkProto from) {
        long offset = artifactBytes("offset", from.getOffset());
        long length = artifactBytes("length", from.getLength());
        int size = from.getData().size();
        if (size > ProtocolLimits.MAX_CHUNK_BYTES || offset + size > length) {
            throw new IllegalArgumentException(
                    "chunk does not fit its artifact: offset="
                            + offset
                            + ", bytes="
                            + size
                            + ", length="
                            + length
                            + ", bound="
                            + ProtocolLimits.MAX_CHUNK_BYTES);
        }
        return new ArtifactChunk(
                ModelMapping.digest(from.getDigest()),
                offset,
                length,
                from.getData().toByteArray());
    }

    private static RunEndedProto.Builder runEnded(RunEnded m) {
        RunEndedProto.Builder to = RunEndedProto.newBuilder().setOutcome(m.outcome());
        m.version().ifPresent(version -> to.setVersion(ModelMapping.toProto(version)));
        return to;
    }

    private static RunEnded runEnded(RunEndedProto from) {
        return new RunEnded(
                line("outcome", from.getOutcome()),
                from.hasVersion()
                        ? Optional.of(ModelMapping.fromProto(from.getVersion()))
                        : Optional.empty());
    }

    private static int count(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(
                    "out of range: " + name + "=" + Integer.toUnsignedString(value));
        }
        return value;
    }

    private static long artifactBytes(String name, long value) {
        if (value < 0 || value > ProtocolLimits.MAX_ARTIFACT_BYTES) {
            throw new IllegalArgumentException(
                    "out of range: "
                            + name
                            + "="
                            + Long.toUnsignedString(value)
                            + ", bound="
                            + ProtocolLimits.MAX_ARTIFACT_BYTES);
        }
        return value;
    }

    private static String line(String name, String value) {
        return text(name, value, ProtocolLimits.MAX_TEXT_CHARACTERS);
    }

    private static String text(String name, String value, int bound) {
        if (value.length() > bound) {
            throw new IllegalArgumentException(
                    "text is too long: "
                            + name
                            + "="
                            + value.length()
                            + " characters, bound="
                            + bound);
        }
        return value;
    }
}
