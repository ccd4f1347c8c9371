/** What nodes exchange, and how it is combined. */
package dev.gossamer.protocols;
