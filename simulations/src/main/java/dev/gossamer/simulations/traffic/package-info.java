/** What a run will send, before it is run: values and bytes of each method on a model's shape. */
package dev.gossamer.simulations.traffic;
