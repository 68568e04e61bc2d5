using Dike.Generators.Models;
using Dike.Generators.Shapes;
using static Dike.Generators.Emitting.GeneratedNames;

namespace Dike.Generators.Emitting;

/// <summary>Reads sets and dictionaries. A key that is null or comes twice is malformed: no writer produces it.</summary>
internal sealed class KeyedReader(CodecModel codec, CodecEmitter emitter) : ICollectionReader
{
    public void Emit(CodeWriter read)
    {
        CodecModel key = emitter.Part(codec, 0);
        read.Line($"var items = {Make(key)};");
        if (!CollectionForms.IsImmutableKeyed(codec.Form) && CollectionForms.HasComparer(codec.Form))
        {
            read.Line("items.Clear();");
        }

        bool isSet = CollectionForms.IsSet(codec.Form);
        string malformed = $"throw {emitter.Shared(codec, $"Malformed({Text(codec.ContractType)})")};";
        read.Open("for (int index = 0; index < length; index++)");
        read.Line($"{key.Type} key = {emitter.ReadPart(codec, 0)};");
        string isNull = key.IsReference && !isSet ? "key is null || " : "";
        read.Open($"if ({isNull}{(isSet ? "!items.Add(key)" : "items.ContainsKey(key)")})").Line(malformed).Close();
        if (!isSet)
        {
            read.Line().Line($"items.Add(key, {emitter.ReadPart(codec, 1)});");
        }

        read.Close().Line();
        read.Line(CollectionForms.IsImmutableKeyed(codec.Form) ? "return items.ToImmutable();" : "return items;");
    }

    private string Make(CodecModel key)
    {
        string ordinal = CollectionForms.IsSorted(codec.Form) && key.Scalar == "String" ? "global::System.StringComparer.Ordinal" : "";
        switch (codec.Form)
        {
            case TypeForm.SetInterface:
                return $"new global::System.Collections.Generic.HashSet<{key.Type}>()";
            case TypeForm.DictionaryInterface:
                return $"new global::System.Collections.Generic.Dictionary<{key.Type}, {emitter.Part(codec, 1).Type}>()";
        }

        if (!CollectionForms.IsImmutableKeyed(codec.Form))
        {
            return $"existing ?? new {codec.Type}({ordinal})";
        }

        string empty = ordinal.Length == 0 ? $"{codec.Type}.Empty" : $"{codec.Type}.Empty.{(CollectionForms.IsSet(codec.Form) ? "WithComparer" : "WithComparers")}({ordinal})";
        return $"(existing is null ? {empty} : existing.Clear()).ToBuilder()";
    }
}
