/** A run as the coordinator sees it: gathering, basis, rounds, evaluations, end. */
package dev.gossamer.coordinator.round;
