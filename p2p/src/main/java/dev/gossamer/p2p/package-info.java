/** The serverless node: membership, gossip mixing, search and rank. */
package dev.gossamer.p2p;
