using System.Text.Json.Serialization;

namespace Dike.Planted;

/// <summary>The generated readers and writers: the catalogue, this tool's report, and of the simulator's report what is needed here.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(Catalogue))]
[JsonSerializable(typeof(Report))]
[JsonSerializable(typeof(SimulatorReport))]
internal sealed partial class PlantedJson : JsonSerializerContext;
