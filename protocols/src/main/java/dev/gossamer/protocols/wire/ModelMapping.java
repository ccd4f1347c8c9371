package dev.gossamer.protocols.wire;

import com.google.protobuf.ByteString;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.wire.proto.ModelVersionProto;
import dev.gossamer.protocols.wire.proto.PatchOfferProto;

import java.util.Optional;

/** Names of models as protobuf, and back. */
final class ModelMapping {
    private ModelMapping() {}

    static ModelVersionProto toProto(ModelVersion version) {
        ModelVersionProto.Builder to =
                ModelVersionProto.newBuilder()
                        .setBasis(bytes(version.basis()))
                        .setAdapter(bytes(version.adapter()));
        version.base().ifPresent(change -> to.setBaseChange(bytes(change)));
        return to.build();
    }

    static ModelVersion fromProto(ModelVersionProto from) {
        return new ModelVersion(
                from.getBaseChange().isEmpty()
                        ? Optional.empty()
                        : Optional.of(digest(from.getBaseChange())),
                digest(from.getBasis()),
                digest(from.getAdapter()));
    }

    static PatchOfferProto toProto(PatchOffer offer) {
        return PatchOfferProto.newBuilder()
                .setPatch(bytes(offer.patch()))
                .setKept(Factor.bits(offer.kept()))
                .setValues(bytes(offer.values()))
                .build();
    }

    static PatchOffer fromProto(PatchOfferProto from) {
        return new PatchOffer(
                digest(from.getPatch()), Factor.ofBits(from.getKept()), digest(from.getValues()));
    }

    static ByteString bytes(Digest digest) {
        return ByteString.copyFrom(digest.bytes());
    }

    static Digest digest(ByteString bytes) {
        return Digest.fromBytes(bytes.toByteArray());
    }
}
