/** The node of one owner: it trains and scores on its own rows when a coordinator asks. */
package dev.gossamer.client.node;
