/** Updates as bytes: what of them is sent, how it is written, and exactly what that costs. */
package dev.gossamer.protocols.codec;
