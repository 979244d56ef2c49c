package io.luban.controller.extension;

import java.util.List;

/**
 * Where an installation stands. A transition that is allowed is a method of the state it starts from.
 */
sealed interface PlanState {
    /** The word in the API. */
    String text();

    /** Reads the word of the API; unknown words count as not installed. */
    static PlanState parse(String text) {
        return List.of(
                        new Preparing(),
                        new Installing(),
                        new Installed(),
                        new InstallFailed(),
                        new Upgrading(),
                        new UpgradeFailed(),
                        new Uninstalling(),
                        new UninstallFailed(),
                        new Uninstalled())
                .stream()
                .map(PlanState.class::cast)
                .filter(state -> state.text().equals(text))
                .findFirst()
                .orElse("Deployed".equals(text) ? new Installed() : new NotInstalled());
    }

    /** Removal may begin at any time. */
    default Uninstalling uninstall() {
        return new Uninstalling();
    }

    /** States that rest until something asks for an operation. */
    sealed interface Resting extends PlanState {
        default Preparing prepare() {
            return new Preparing();
        }
    }

    record NotInstalled() implements Resting {
        @Override
        public String text() {
            return "";
        }
    }

    record Preparing() implements PlanState {
        @Override
        public String text() {
            return "Preparing";
        }

        PlanState start(boolean upgrade) {
            return upgrade ? new Upgrading() : new Installing();
        }

        PlanState fail(boolean upgrade) {
            return upgrade ? new UpgradeFailed() : new InstallFailed();
        }
    }

    /** States with a Helm operation under way that ends in a deployed release. */
    sealed interface Deploying extends PlanState {
        default Installed succeed() {
            return new Installed();
        }

        PlanState fail();

        /** The condition that tells how it ended. */
        String condition();
    }

    record Installing() implements Deploying {
        @Override
        public String text() {
            return "Installing";
        }

        @Override
        public InstallFailed fail() {
            return new InstallFailed();
        }

        @Override
        public String condition() {
            return "Installed";
        }
    }

    record Upgrading() implements Deploying {
        @Override
        public String text() {
            return "Upgrading";
        }

        @Override
        public UpgradeFailed fail() {
            return new UpgradeFailed();
        }

        @Override
        public String condition() {
            return "Upgraded";
        }
    }

    record Installed() implements Resting {
        @Override
        public String text() {
            return "Installed";
        }
    }

    record InstallFailed() implements Resting {
        @Override
        public String text() {
            return "InstallFailed";
        }
    }

    record UpgradeFailed() implements Resting {
        @Override
        public String text() {
            return "UpgradeFailed";
        }
    }

    /** States of a plan that is going away. */
    sealed interface Removing extends PlanState {
        default NotInstalled startOver() {
            return new NotInstalled();
        }
    }

    record Uninstalling() implements Removing {
        @Override
        public String text() {
            return "Uninstalling";
        }

        Uninstalled succeed() {
            return new Uninstalled();
        }

        UninstallFailed fail() {
            return new UninstallFailed();
        }
    }

    record UninstallFailed() implements Removing {
        @Override
        public String text() {
            return "UninstallFailed";
        }
    }

    record Uninstalled() implements Removing {
        @Override
        public String text() {
            return "Uninstalled";
        }
    }
}
