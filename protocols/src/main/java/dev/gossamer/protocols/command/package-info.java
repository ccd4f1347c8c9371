/** What every command line of the product has in common: {@code --verbose}, errors, exit codes. */
package dev.gossamer.protocols.command;
