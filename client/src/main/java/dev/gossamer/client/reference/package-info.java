/** The training step in plain double precision: what faster engines are held to. */
package dev.gossamer.client.reference;
