package dev.gossamer.client.data;

/**
 * One message of a conversation.
 *
 * @param role who speaks: {@code system}, {@code user} or {@code assistant}
 */
public record ChatTurn(String role, String content) {
    /** Who is trained to answer. */
    public static final String ASSISTANT = "assistant";

    /** Whether a model says it. */
    public boolean byAssistant() {
        return role.equals(ASSISTANT);
    }
}
