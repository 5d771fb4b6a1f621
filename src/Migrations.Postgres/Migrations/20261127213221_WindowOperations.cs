using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class WindowOperations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "operations_json",
                table: "monitoring_windows",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "operations_json",
                table: "monitoring_open_windows",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "operations_json",
                table: "monitoring_windows");

            migrationBuilder.DropColumn(
                name: "operations_json",
                table: "monitoring_open_windows");
        }
    }
}
