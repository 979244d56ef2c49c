package io.luban.controller;

import io.luban.controller.extension.ExtensionSettings;
import java.nio.file.Path;

/**
 * Settings of the controllers.
 *
 * @param directory for scratch files, the unpacked Helm engine and operation logs; must allow programs to be run
 * @param extensions how extensions are installed
 */
public record ControllerManagerConfig(Path directory, ExtensionSettings extensions) {
    /** The defaults over a directory. */
    public static ControllerManagerConfig of(Path directory) {
        return new ControllerManagerConfig(directory, ExtensionSettings.defaults());
    }

    /** The same with other settings for extensions. */
    public ControllerManagerConfig withExtensions(ExtensionSettings settings) {
        return new ControllerManagerConfig(directory, settings);
    }
}
