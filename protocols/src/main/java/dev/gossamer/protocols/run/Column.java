package dev.gossamer.protocols.run;

/** What a column of the owners' rows holds; a run file gives the column's name under this word. */
public enum Column implements Word {
    /** A text; of token classification its words, a list or with blanks between them. */
    TEXT,
    /** The second text of a pair. */
    SECOND_TEXT,
    /** The class; of token classification a class for each word, in the same form as the words. */
    LABEL,
    /** What is given. */
    PROMPT,
    /** What is written after it. */
    COMPLETION,
    /** A conversation. */
    MESSAGES
}
