/** Commands about privacy: what a release costs, and how much noise a cost allows. */
package dev.gossamer.client.privacy;
