/** Text to token ids. */
package dev.gossamer.client.text;
