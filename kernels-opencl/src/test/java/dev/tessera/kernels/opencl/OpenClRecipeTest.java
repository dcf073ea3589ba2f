package dev.tessera.kernels.opencl;

import dev.tessera.recipe.RecipeContract;
import org.junit.jupiter.api.Tag;

@Tag("opencl")
final class OpenClRecipeTest extends RecipeContract {
  OpenClRecipeTest() {
    super("opencl");
  }
}
