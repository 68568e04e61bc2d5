using Microsoft.Extensions.Logging;

namespace Dike.Client;

/// <summary>Every diagnostic of the client, with fixed event ids from 100 on. Nothing per call.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(100, LogLevel.Debug, "Connected to {Address}.")]
    public static partial void Connected(ILogger logger, string address);

    [LoggerMessage(101, LogLevel.Debug, "Connecting to {Address} failed: {Reason}")]
    public static partial void ConnectFailed(ILogger logger, string address, string reason);

    [LoggerMessage(102, LogLevel.Information, "The connection to {Address} ended: {Reason}")]
    public static partial void ConnectionEnded(ILogger logger, string address, string reason);

    [LoggerMessage(103, LogLevel.Warning, "The connection to {Address} was cut: {Reason}")]
    public static partial void ConnectionCut(ILogger logger, string address, string reason);
}
