/** The trainable values and their frozen basis, as artifacts named by their digests. */
package dev.gossamer.protocols.adapter;
