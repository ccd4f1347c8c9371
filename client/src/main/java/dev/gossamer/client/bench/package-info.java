/** Measurements of the engine: its speed, its memory, and what the hardware would allow. */
package dev.gossamer.client.bench;
