/** What a coordinator has acknowledged, durable and in order. */
package dev.gossamer.coordinator.journal;
