using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;

namespace Dike.Generators.Emitting;

/// <summary>The names that generated code uses, fully qualified so that nothing in the user's code can change their meaning.</summary>
internal static class GeneratedNames
{
    public const string Writer = "global::MemoryPack.MemoryPackWriter<global::System.Buffers.ArrayBufferWriter<byte>>";
    public const string Reader = "global::MemoryPack.MemoryPackReader";
    public const string Malformed = "global::MemoryPack.MemoryPackSerializationException";
    public const string TaskType = "global::System.Threading.Tasks.Task";
    public const string TokenType = "global::System.Threading.CancellationToken";
    public const string GeneratedCode = "[global::System.CodeDom.Compiler.GeneratedCodeAttribute(\"Dike.Generators\", \"0.1\")]";
    public const string HiddenFromEditor =
        "[global::System.ComponentModel.EditorBrowsableAttribute(global::System.ComponentModel.EditorBrowsableState.Never)]";

    /// <summary>The class inside the machine for what may touch its private members and types.</summary>
    public const string PrivateClass = "DikeState";

    public static string Number(uint tag) => "0x" + tag.ToString("x8", CultureInfo.InvariantCulture) + "u";

    public static string Suffix(uint tag) => tag.ToString("x8", CultureInfo.InvariantCulture);

    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Text(string value) => SymbolDisplay.FormatLiteral(value, quote: true);
}
