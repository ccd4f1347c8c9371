/** The serving node: rounds, their journal, artifacts. */
package dev.gossamer.coordinator;
