/** What one owner runs on their own machine: the daemon, and the list of models. */
package dev.gossamer.client.command;
