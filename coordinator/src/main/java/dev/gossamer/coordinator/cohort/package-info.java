/** Who takes part: the members that are here, and the sampler that picks a round's cohort. */
package dev.gossamer.coordinator.cohort;
