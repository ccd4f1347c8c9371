/** Gossamer privacy. */
package dev.gossamer.privacy;
