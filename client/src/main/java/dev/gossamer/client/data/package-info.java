/** Rows of text, their files, and data sets of tokenised rows. */
package dev.gossamer.client.data;
