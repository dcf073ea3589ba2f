package dev.tessera.kernels.simd;

import dev.tessera.recipe.RecipeContract;

final class SimdRecipeTest extends RecipeContract {
  SimdRecipeTest() {
    super("simd");
  }
}
