/** Adapters: how their frozen factors and first values are made. */
package dev.gossamer.client.adapter;
