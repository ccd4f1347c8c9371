/** Local training and scoring of an adapter over a frozen base. */
package dev.gossamer.client.train;
