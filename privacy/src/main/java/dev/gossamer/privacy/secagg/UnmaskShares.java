package dev.gossamer.privacy.secagg;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One share of each member whose shares the sender holds and who shared, in the order of their
 * numbers: of a survivor its self mask's, of a dropped member its mask key's.
 *
 * <pre>
 * header | view 32 | (present u8 | share 33) ...
 * </pre>
 *
 * <p>Which of the two it is follows from the survivors, so there is no way to ask for both or to
 * send both. A share is absent, and zero, where the dealer's box could not be opened.
 *
 * @param shares in the order of the dealers' numbers
 */
record UnmaskShares(List<Optional<byte[]>> shares) {
    byte[] encode(Session session, Sha256 view) {
        ByteWriter out = session.begin(MessageKind.UNMASK_SHARES).bytes(view.bytes());
        for (Optional<byte[]> share : shares) {
            out.u8(share.isPresent() ? 1 : 0);
            out.bytes(share.orElse(new byte[PrimeField.ELEMENT_BYTES]));
        }
        return out.toBytes();
    }

    static UnmaskShares decode(Session session, Sha256 view, int dealers, byte[] message)
            throws Refusal {
        ByteReader in = session.open(MessageKind.UNMASK_SHARES, view, message);
        List<Optional<byte[]>> shares = new ArrayList<>();
        for (int i = 0; i < dealers; i++) {
            int present = in.u8("present");
            byte[] share = in.bytes("share", PrimeField.ELEMENT_BYTES);
            boolean isZero = PrimeField.decode(share).signum() == 0;
            if (present > 1 || (present == 0 && !isZero)) {
                throw new Refusal(Fault.MALFORMED, "absent share is not zero: present=" + present);
            }
            shares.add(present == 1 ? Optional.of(share) : Optional.empty());
        }
        in.end();
        return new UnmaskShares(shares);
    }
}
