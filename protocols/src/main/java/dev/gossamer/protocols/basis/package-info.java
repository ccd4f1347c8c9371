/** Ways to the frozen factors of Fed-SB, and from one basis to the next: pure functions. */
package dev.gossamer.protocols.basis;
