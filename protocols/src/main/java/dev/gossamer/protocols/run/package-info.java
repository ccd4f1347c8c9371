/** The run file: one fine-tuning job as YAML, read, checked and written back with every default. */
package dev.gossamer.protocols.run;
