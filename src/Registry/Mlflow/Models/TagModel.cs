using Assay.Governance;
using Assay.Kernel;
using Assay.Tracking.Mlflow;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Mlflow.Models;

/// <summary>Sets a tag of a model, or takes it away.</summary>
internal static class TagModel
{
    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapModelOperation("POST", "/registered-models/set-tag", Set, RegistryPermissions.Write);
        group.MapModelOperation("DELETE", "/registered-models/delete-tag", Delete, RegistryPermissions.Write);
    }

    /// <summary>Adds the change to those that the caller saves.</summary>
    public static async Task Set(MlflowCall call, string model, string key, string value)
    {
        var db = call.Get<AssayDb>();
        if (await db.ModelTags.SingleOrDefaultAsync(tag => tag.Model == model && tag.Key == key, call.Cancel) is { } tag)
            tag.Value = value;
        else
            db.ModelTags.Add(new() { Model = model, Key = key, Value = value });
        call.Get<ILedger>().Append(ModelTagged.Of(model, key, value));
    }

    private static async Task Set(MlflowCall call)
    {
        var name = RegistryNames.Model(call.Fields);
        var key = RegistryNames.TagKey(call.Fields.RequiredText("key"));
        var value = RegistryNames.TagValue(key, call.Fields.Text("value") ?? "");
        await call.Get<RegistryBook>().Model(name, call.Cancel);
        await Set(call, name, key, value);
        await call.Get<AssayDb>().SaveChangesAsync(call.Cancel);
        await call.Answer();
    }

    private static async Task Delete(MlflowCall call)
    {
        var name = RegistryNames.Model(call.Fields);
        var key = RegistryNames.TagKey(call.Fields.RequiredText("key"));
        await call.Get<RegistryBook>().Model(name, call.Cancel);
        var db = call.Get<AssayDb>();
        if (await db.ModelTags.SingleOrDefaultAsync(tag => tag.Model == name && tag.Key == key, call.Cancel) is { } tag)
        {
            db.Remove(tag);
            call.Get<ILedger>().Append(ModelTagged.Of(name, key, null));
            await db.SaveChangesAsync(call.Cancel);
        }

        await call.Answer();
    }
}
