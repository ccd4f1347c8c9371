/** What a node is, and all that it may touch of the world around it. */
package dev.gossamer.protocols.node;
