/** The integer ring in which updates are added, so that arrival order cannot matter. */
package dev.gossamer.protocols.aggregate;
