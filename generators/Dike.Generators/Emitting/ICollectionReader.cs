namespace Dike.Generators.Emitting;

/// <summary>Emits what a collection's reader does once the length is known and checked.</summary>
internal interface ICollectionReader
{
    /// <summary>Emits statements that read <c>length</c> items and return the collection.</summary>
    void Emit(CodeWriter read);
}
