using Assay.Console.Assets;
using Microsoft.JSInterop;

namespace Assay.Console.Session;

/// <summary>The few things that only the reader's browser can do. Nothing here works before the page is connected.</summary>
internal sealed class Browser(IJSRuntime runtime) : IAsyncDisposable
{
    private Task<IJSObjectReference>? _module;

    private Task<IJSObjectReference> Module =>
        _module ??= runtime.InvokeAsync<IJSObjectReference>("import", StaticAssets.Address("console.js")).AsTask();

    public async Task Call(string function, params object?[] arguments) =>
        await (await Module).InvokeVoidAsync(function, arguments);

    public async Task<T> Ask<T>(string function, params object?[] arguments) =>
        await (await Module).InvokeAsync<T>(function, arguments);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is not null)
                await (await _module).DisposeAsync();
        }
        catch (JSException)
        {
            // The page went away with the script.
        }
        catch (JSDisconnectedException)
        {
            // The page went away with the connection.
        }
    }
}
