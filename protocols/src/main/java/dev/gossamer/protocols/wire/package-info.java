/** Messages between nodes, and the checked frames that carry them. */
package dev.gossamer.protocols.wire;
