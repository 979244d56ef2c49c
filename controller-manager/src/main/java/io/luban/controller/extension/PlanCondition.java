package io.luban.controller.extension;

/**
 * Something that is or is not the case about a plan.
 *
 * @param type one word, unique per plan
 * @param holds whether it is the case
 * @param reason one word for machines
 * @param message for people
 */
record PlanCondition(String type, boolean holds, String reason, String message) {
    static PlanCondition yes(String type, String reason, String message) {
        return new PlanCondition(type, true, reason, message);
    }

    static PlanCondition no(String type, String reason, String message) {
        return new PlanCondition(type, false, reason, message);
    }
}
