namespace Dike.Planted;

/// <summary>The catalogue does not fit the source, or itself: the message names the bug and what to do.</summary>
internal sealed class CatalogueException(string message) : Exception(message);
