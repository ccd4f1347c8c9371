/**
 * The Vert.x host: nodes on event loops, joined by WebSockets. Nothing here knows what the nodes
 * do, and no node knows that it is here.
 */
package dev.gossamer.protocols.host;
