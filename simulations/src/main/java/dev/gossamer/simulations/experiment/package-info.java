/** What a run is compared with, and the report it leaves behind. */
package dev.gossamer.simulations.experiment;
