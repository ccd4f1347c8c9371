/** The part of the Jinja template language that chat templates are written in. */
package dev.gossamer.client.text.jinja;
