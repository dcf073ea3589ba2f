package dev.tessera.recipe;

final class ScalarRecipeTest extends RecipeContract {
  ScalarRecipeTest() {
    super("scalar");
  }
}
