package dev.gossamer.protocols.host;

import dev.gossamer.protocols.node.ArtifactPort;
import dev.gossamer.protocols.node.StatePort;

import io.vertx.core.Vertx;

import java.security.SecureRandom;
import java.util.concurrent.ExecutorService;

/**
 * What a host borrows from the process; whoever made them closes them, after the hosts.
 *
 * @param workers run the work that nodes submit; their number bounds what runs at once
 * @param artifacts belongs to one node
 * @param state belongs to the same node
 * @param secrets what the node draws keys and noise from
 */
public record HostResources(
        Vertx vertx,
        ExecutorService workers,
        ArtifactPort artifacts,
        StatePort state,
        SecureRandom secrets) {}
